// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package fugit_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-cicd/terraform-provider-cicd/internal/fugit"
)

func FuzzLoadZone(f *testing.F) {
	for _, name := range []string{"UTC", "Tokyo", "Asia/Tokyo", " Asia/Tokyo\r\n", "asia/tokyo", "+09:00", "-0800", "GMT+9", "PST", "../../etc/passwd", "Asia/../Asia/Tokyo", "", "\x00", "Europe/Berlinn"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		zone, err := fugit.LoadZone(name)
		var unknown *fugit.UnknownZoneError
		if (zone == nil) == (err == nil) || err != nil && !errors.As(err, &unknown) {
			t.Errorf("%q: %v, %v", name, zone, err)
		}
	})
}

// A text that somebody put in the wrong place is refused as fast as it is long.
func TestLongTextsAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"Europe/Berlin", "1,", "* ", "1-2/3#-1%2+1~", "&", "\x00", "L"} {
		begin := time.Now()
		if _, err := fugit.LoadZone(strings.Repeat(part, 100_000/len(part))); err == nil {
			t.Errorf("%q… is a time zone", part)
		}
		text := strings.Repeat(part, 10_000/len(part))
		if schedule, err := fugit.Parse(text); err == nil {
			schedule.Next(begin)
		}
		if _, err := fugit.Parse("0 1 * * " + text); err == nil && part != "1," {
			t.Errorf("%q… is a day of the week", part)
		}
		if took := time.Since(begin); took > 3*time.Second {
			t.Errorf("%q… took %v", part, took)
		}
	}
}

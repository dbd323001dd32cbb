// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

package rancher

import "github.com/terraform-provider-cicd/terraform-provider-cicd/internal/provider/system"

// needsKey says who may do something, for a type's page. There is no role to
// name: the document has none, and no released Rancher serves its API.
func needsKey(may string) string {
	return "An API key of a user who may " + may + ". The Pipeline API SPEC names no roles; which of them allow it is the server's business. " +
		"A key that is limited to one cluster works in that cluster only."
}

// page is a type's description, which says early which Rancher it is for; see
// [system.Page].
func page(what, permissions string, surprises ...string) string {
	return system.Page(what+"\n\n"+whichRancher, permissions, surprises...)
}

// whichRancher is said on each type's page, before anybody works it out.
const whichRancher = "The provider speaks the API of Rancher's *Pipeline API SPEC* of early 2018, which no released Rancher 2.x serves: Rancher 2.0 has that API in another, " +
	"flat form, 2.1 to 2.6 keep pipelines in files of the repository, and 2.7 and later have none. The provider asks the server which it is, and says so."

// What surprises about several types.
const (
	hiddenInLists = "Rancher leaves out of its lists what the user may not see, without a word: a list that is empty can mean a missing role."
	emptyIfUnset  = "What is not set is shown as empty, and not as null."
	deletedSlowly = "Rancher may take a while to delete. The provider waits until the object is gone; one that is being deleted already is planned anew, with a warning."
	runsOutlive   = "Runs and their logs outlive their pipeline."
	runsGoOn      = "An interruption, or a timeout, ends the wait and not the run, which goes on in Rancher."
)

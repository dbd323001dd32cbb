variables {
  project = "shop/till"
}

# Nothing is asked of the server here: the plan is enough.
run "follows_the_branch" {
  command = plan

  variables {
    branch = "stable"
  }

  assert {
    condition     = cicd_gitlab_pipeline_schedule.nightly.ref == "refs/heads/stable"
    error_message = "The schedule must run on the branch that was asked for."
  }
}

run "refuses_an_hour_that_is_none" {
  command = plan

  variables {
    hour = 24
  }

  expect_failures = [var.hour]
}

# Created in the sandbox, and destroyed at the end of this file.
run "makes_the_schedule" {
  assert {
    condition     = cicd_gitlab_pipeline_schedule.nightly.owner.username == "root"
    error_message = "The schedule must belong to the token's user."
  }
}

run "gitlab_runs_it" {
  variables {
    pipeline_schedule_id = run.makes_the_schedule.pipeline_schedule_id
  }

  module {
    source = "./tests/seen"
  }

  assert {
    condition     = join(", ", output.week) == "Tue 02:00, Wed 02:00, Thu 02:00, Fri 02:00, Sat 02:00"
    error_message = "The nightly build must run at 02:00 from Tuesday to Saturday, not ${join(", ", output.week)}."
  }

  # By the sandbox's clock, and at the minute at which GitLab looks for what is due.
  assert {
    condition     = data.cicd_gitlab_pipeline_schedule.this.next_run_at == "2026-01-16T01:03:00.000Z"
    error_message = "GitLab runs it next at ${data.cicd_gitlab_pipeline_schedule.this.next_run_at}."
  }
}

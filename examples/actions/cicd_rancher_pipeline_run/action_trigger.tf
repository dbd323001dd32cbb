# A pipeline that also runs when it is created or changed. Apply goes on once the run is through, and fails if that does.
resource "cicd_rancher_pipeline" "checks" {
  project_id   = "c-demo:p-app"
  display_name = "checks"

  stages = [
    {
      name = "all"
      steps = [
        {
          type        = "sourcecode"
          source_code = { repository = "https://github.com/octocat/app.git", branch = "main" }
        },
        {
          type       = "runascript"
          run_script = { image = "golang:1.26", shell_script = "go test ./..." }
        },
      ]
    },
  ]

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.cicd_rancher_pipeline_run.checks]
    }
  }
}

action "cicd_rancher_pipeline_run" "checks" {
  config {
    pipeline_id = cicd_rancher_pipeline.checks.id
    wait        = true

    timeouts = {
      invoke = "1h"
    }
  }
}

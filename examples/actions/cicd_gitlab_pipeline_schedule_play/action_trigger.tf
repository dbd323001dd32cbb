# A schedule that also runs when it is created or changed. Apply goes on once its pipeline is through, and fails if that does.
resource "cicd_gitlab_pipeline_schedule" "nightly" {
  project     = "demo/app"
  description = "Nightly"
  ref         = "main"
  cron        = "0 2 * * *"

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.cicd_gitlab_pipeline_schedule_play.nightly]
    }
  }
}

action "cicd_gitlab_pipeline_schedule_play" "nightly" {
  config {
    project              = cicd_gitlab_pipeline_schedule.nightly.project
    pipeline_schedule_id = cicd_gitlab_pipeline_schedule.nightly.pipeline_schedule_id
    wait                 = true

    timeouts = {
      invoke = "1h"
    }
  }
}

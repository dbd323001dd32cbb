import {
  to = cicd_gitlab_pipeline_schedule.build_packages
  identity = {
    project_id           = 1
    pipeline_schedule_id = 1
  }
}

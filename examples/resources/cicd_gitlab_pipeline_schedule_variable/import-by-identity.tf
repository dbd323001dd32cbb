import {
  to = cicd_gitlab_pipeline_schedule_variable.package_version
  identity = {
    project_id           = 1
    pipeline_schedule_id = 1
    key                  = "PACKAGE_VERSION"
  }
}

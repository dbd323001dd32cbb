import {
  to = cicd_gitlab_pipeline_schedule_variable.package_version
  id = "demo/app:1:PACKAGE_VERSION"
}

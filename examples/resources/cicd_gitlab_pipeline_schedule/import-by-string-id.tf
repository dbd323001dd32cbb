import {
  to = cicd_gitlab_pipeline_schedule.build_packages
  id = "demo/app:1"
}

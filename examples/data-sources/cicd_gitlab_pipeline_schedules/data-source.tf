data "cicd_gitlab_pipeline_schedules" "active" {
  project = "demo/app"
  scope   = "active"
}

output "crons" {
  value = {
    for schedule in data.cicd_gitlab_pipeline_schedules.active.pipeline_schedules :
    schedule.pipeline_schedule_id => "${schedule.cron} # ${schedule.description}"
  }
}

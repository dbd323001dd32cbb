data "cicd_gitlab_pipeline_schedule" "build_packages" {
  project              = "demo/app"
  pipeline_schedule_id = 1
}

output "next_build" {
  value = data.cicd_gitlab_pipeline_schedule.build_packages.next_run_at
}

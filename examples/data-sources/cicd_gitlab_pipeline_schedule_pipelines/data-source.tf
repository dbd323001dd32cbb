# The last three pipelines that the schedule ran.
data "cicd_gitlab_pipeline_schedule_pipelines" "last" {
  project              = "demo/app"
  pipeline_schedule_id = 1
  sort                 = "desc"
  limit                = 3
}

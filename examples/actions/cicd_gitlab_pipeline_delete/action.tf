# Runs by itself, for a pipeline that is there: terraform apply -invoke=action.cicd_gitlab_pipeline_delete.first
action "cicd_gitlab_pipeline_delete" "first" {
  config {
    project     = "demo/app"
    pipeline_id = 1
  }
}

# Runs by itself: terraform apply -invoke=action.cicd_gitlab_pipeline_delete.first
action "cicd_gitlab_pipeline_delete" "first" {
  config {
    project     = "demo/app"
    pipeline_id = 1
  }
}

# Runs by itself: terraform apply -invoke=action.cicd_gitlab_pipeline_retry.latest
action "cicd_gitlab_pipeline_retry" "latest" {
  config {
    project     = "demo/app"
    pipeline_id = data.cicd_gitlab_pipeline.latest.id
    wait        = true
  }
}

data "cicd_gitlab_pipeline" "latest" {
  project = "demo/app"
  ref     = "main"
}

# The latest pipeline of main, whoever ran it: terraform apply -invoke=action.cicd_gitlab_pipeline_cancel.latest
action "cicd_gitlab_pipeline_cancel" "latest" {
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

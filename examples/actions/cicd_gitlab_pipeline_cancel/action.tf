# Once the pipeline is applied: terraform apply -invoke=action.cicd_gitlab_pipeline_cancel.publish
action "cicd_gitlab_pipeline_cancel" "publish" {
  config {
    project     = "demo/app"
    pipeline_id = cicd_gitlab_pipeline.publish.pipeline_id
    wait        = true
  }
}

resource "cicd_gitlab_pipeline" "publish" {
  project = "demo/app"
  ref     = "main"
}

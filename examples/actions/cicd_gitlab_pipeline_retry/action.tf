# Runs by itself, once there is a pipeline: terraform apply -invoke=action.cicd_gitlab_pipeline_retry.latest
action "cicd_gitlab_pipeline_retry" "latest" {
  config {
    project     = "demo/app"
    pipeline_id = data.cicd_gitlab_pipeline.latest.id
  }
}

# The latest one of main, whoever ran it.
data "cicd_gitlab_pipeline" "latest" {
  project    = "demo/app"
  ref        = "main"
  depends_on = [cicd_gitlab_pipeline.publish]
}

resource "cicd_gitlab_pipeline" "publish" {
  project = "demo/app"
  ref     = "main"
}

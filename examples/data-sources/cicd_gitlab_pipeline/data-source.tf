# What has become of a pipeline.
data "cicd_gitlab_pipeline" "publish" {
  project     = "demo/app"
  pipeline_id = cicd_gitlab_pipeline.publish.pipeline_id
}

output "publish_status" {
  value = data.cicd_gitlab_pipeline.publish.status
}

resource "cicd_gitlab_pipeline" "publish" {
  project = "demo/app"
  ref     = "main"
}

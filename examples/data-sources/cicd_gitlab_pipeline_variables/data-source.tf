# What the latest pipeline of main was run with.
data "cicd_gitlab_pipeline" "latest" {
  project = "demo/app"
  ref     = "main"
}

data "cicd_gitlab_pipeline_variables" "latest" {
  project     = "demo/app"
  pipeline_id = data.cicd_gitlab_pipeline.latest.id
}

data "cicd_gitlab_pipeline" "one" {
  project     = "demo/app"
  pipeline_id = 1
}

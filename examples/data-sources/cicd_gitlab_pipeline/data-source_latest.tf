# The latest pipeline of a branch or tag, whoever ran it.
data "cicd_gitlab_pipeline" "latest" {
  project = "demo/app"
  ref     = "main"
}

output "status_of_main" {
  value = data.cicd_gitlab_pipeline.latest.status
}

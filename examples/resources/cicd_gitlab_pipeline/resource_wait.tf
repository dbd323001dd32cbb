variable "deploy_key" {
  type      = string
  sensitive = true
}

# Deploys, and fails unless the pipeline succeeds. A deployment that is under way is canceled when another one takes its place.
resource "cicd_gitlab_pipeline" "deploy" {
  project = "demo/app"
  ref     = "refs/heads/main"

  variables = [
    { key = "DEPLOY_ENV", value = "staging" },
    { key = "DEPLOY_KEY", value = var.deploy_key, variable_type = "file" },
  ]

  inputs = {
    replicas = 3
  }

  wait_for   = "finished"
  on_destroy = "cancel"
  timeouts   = { create = "30m" }
}

output "deployment" {
  value = cicd_gitlab_pipeline.deploy.web_url
}

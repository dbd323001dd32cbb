# What a pipeline was run with.
data "cicd_gitlab_pipeline_variables" "deploy" {
  project     = "demo/app"
  pipeline_id = cicd_gitlab_pipeline.deploy.pipeline_id
}

output "deployed_to" {
  value = nonsensitive(data.cicd_gitlab_pipeline_variables.deploy.variables["DEPLOY_ENV"].value)
}

resource "cicd_gitlab_pipeline" "deploy" {
  project   = "demo/app"
  ref       = "main"
  variables = [{ key = "DEPLOY_ENV", value = "staging" }]
}

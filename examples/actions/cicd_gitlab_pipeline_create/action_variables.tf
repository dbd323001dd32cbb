# With variables and inputs. A value that comes from a sensitive variable isn't shown.
action "cicd_gitlab_pipeline_create" "release" {
  config {
    project = "demo/app"
    ref     = "v1.0"

    variables = [
      { key = "ENVIRONMENT", value = "production" },
      { key = "DEPLOY_KEY", value = var.deploy_key, variable_type = "file" },
    ]

    inputs = {
      replicas = 3
      dry_run  = false
      regions  = ["eu", "us"]
    }
  }
}

variable "deploy_key" {
  type      = string
  sensitive = true
}

# Terraform 1.11 and newer: a value that is sent to the server and stored nowhere else. A new version sends it again.
resource "cicd_gitlab_pipeline_schedule_variable" "deploy_key" {
  project              = "demo/app"
  pipeline_schedule_id = 1
  key                  = "DEPLOY_KEY"
  value_wo             = var.deploy_key
  value_wo_version     = 1
  variable_type        = "file"
}

variable "deploy_key" {
  type      = string
  sensitive = true
}

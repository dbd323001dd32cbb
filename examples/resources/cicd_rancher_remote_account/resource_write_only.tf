# Terraform 1.11 and newer: a token that is sent to the server and stored nowhere else. A new version replaces the
# account, because Rancher takes a token only when it creates one.
resource "cicd_rancher_remote_account" "robot" {
  type                    = "github"
  display_name            = "Robot"
  account_name            = "octobot"
  access_token_wo         = var.github_access_token
  access_token_wo_version = 1
}

variable "github_access_token" {
  type      = string
  sensitive = true
}

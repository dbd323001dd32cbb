resource "cicd_rancher_remote_account" "github" {
  type         = "github"
  display_name = "Octocat"
  account_name = "octocat"
  access_token = var.github_access_token
}

variable "github_access_token" {
  type      = string
  sensitive = true
}

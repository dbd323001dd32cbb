# Runs by itself: terraform apply -invoke=action.cicd_rancher_remote_account_login.github
# The code is the one in the address to which GitHub sent the user back.
action "cicd_rancher_remote_account_login" "github" {
  config {
    type       = "github"
    code       = var.github_code
    cluster_id = "c-demo"
  }
}

variable "github_code" {
  type      = string
  sensitive = true
}

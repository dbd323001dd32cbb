# Runs by itself: terraform apply -invoke=action.cicd_rancher_remote_account_refresh_repositories.demo
action "cicd_rancher_remote_account_refresh_repositories" "demo" {
  config {
    remote_account_id = "demo-github"
  }
}

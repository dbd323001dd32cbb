data "cicd_rancher_git_repositories" "github" {
  remote_account_id = "demo-github"
}

output "clone_urls" {
  value = data.cicd_rancher_git_repositories.github.repositories[*].clone_url
}

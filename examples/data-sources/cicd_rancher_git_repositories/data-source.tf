data "cicd_rancher_git_repositories" "github" {
  remote_account_id = "demo-github"
}

output "clone_urls" {
  value = { for repository in data.cicd_rancher_git_repositories.github.repositories : repository.name => repository.clone_url }
}

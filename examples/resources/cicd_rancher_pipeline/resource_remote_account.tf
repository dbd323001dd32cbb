# A private repository, which a remote account can read.
resource "cicd_rancher_remote_account" "github" {
  type         = "github"
  display_name = "Octocat"
  account_name = "octocat"
  access_token = var.github_access_token
}

resource "cicd_rancher_pipeline" "nightly" {
  project_id   = "c-demo:p-app"
  display_name = "nightly"
  active       = false

  stages = [
    {
      name = "clone"
      steps = [
        {
          type = "sourcecode"
          source_code = {
            remote_account_id = cicd_rancher_remote_account.github.id
            repository        = "https://github.com/octocat/app.git"
            branch            = "main"
          }
        },
      ]
    },
  ]
}

variable "github_access_token" {
  type      = string
  sensitive = true
}

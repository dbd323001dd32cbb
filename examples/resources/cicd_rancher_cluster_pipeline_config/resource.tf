# The OAuth application with which people log in at a GitHub Enterprise, so that pipelines of the cluster get at their
# repositories.
resource "cicd_rancher_cluster_pipeline_config" "enterprise" {
  cluster_id = "c-demo"
  name       = "github-enterprise"

  github = {
    host          = "github.example.com"
    client_id     = "0123456789abcdef0123"
    client_secret = var.github_client_secret
  }
}

variable "github_client_secret" {
  type      = string
  sensitive = true
}

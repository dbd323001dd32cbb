# Terraform 1.11 and newer: a secret that is sent to the server and stored nowhere else. A new version sends it again.
# Here Rancher makes up the configuration's name, and the host is github.com.
resource "cicd_rancher_cluster_pipeline_config" "github" {
  cluster_id = "c-demo"

  github = {
    client_id                = "0123456789abcdef0123"
    client_secret_wo         = var.github_client_secret
    client_secret_wo_version = 1
  }
}

variable "github_client_secret" {
  type      = string
  sensitive = true
}

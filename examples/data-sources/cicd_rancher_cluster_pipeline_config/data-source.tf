data "cicd_rancher_cluster_pipeline_config" "github" {
  id = "c-demo:github"
}

output "github_client_id" {
  value = data.cicd_rancher_cluster_pipeline_config.github.github.client_id
}

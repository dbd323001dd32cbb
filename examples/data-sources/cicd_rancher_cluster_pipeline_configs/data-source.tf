data "cicd_rancher_cluster_pipeline_configs" "demo" {
  cluster_id = "c-demo"
}

output "github_hosts" {
  value = [for config in data.cicd_rancher_cluster_pipeline_configs.demo.cluster_pipeline_configs : config.github.host if config.github != null]
}

# The pipeline configurations of a cluster.
list "cicd_rancher_cluster_pipeline_config" "demo" {
  provider = cicd

  config {
    cluster_id = "c-demo"
  }
}

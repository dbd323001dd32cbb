import {
  to = cicd_rancher_cluster_pipeline_config.enterprise
  identity = {
    id = "c-demo:github-enterprise"
  }
}

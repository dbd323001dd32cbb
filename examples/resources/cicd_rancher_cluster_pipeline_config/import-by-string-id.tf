import {
  to = cicd_rancher_cluster_pipeline_config.enterprise
  id = "c-demo:github-enterprise"
}

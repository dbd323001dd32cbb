# The cluster's id, a colon, and the configuration's name.
terraform import cicd_rancher_cluster_pipeline_config.enterprise c-demo:github-enterprise

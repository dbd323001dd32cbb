# Runs by itself: terraform apply -invoke=action.cicd_rancher_pipeline_deactivate.build
action "cicd_rancher_pipeline_deactivate" "build" {
  config {
    pipeline_id = "p-app:build"
  }
}

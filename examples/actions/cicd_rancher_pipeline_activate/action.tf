# Runs by itself: terraform apply -invoke=action.cicd_rancher_pipeline_activate.build
action "cicd_rancher_pipeline_activate" "build" {
  config {
    pipeline_id = "p-app:build"
  }
}

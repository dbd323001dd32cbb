# Runs by itself: terraform apply -invoke=action.cicd_rancher_pipeline_run.build
action "cicd_rancher_pipeline_run" "build" {
  config {
    pipeline_id = "p-app:build"
    wait        = true
  }
}

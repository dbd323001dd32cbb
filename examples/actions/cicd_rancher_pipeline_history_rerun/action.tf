# Runs by itself: terraform apply -invoke=action.cicd_rancher_pipeline_history_rerun.latest
action "cicd_rancher_pipeline_history_rerun" "latest" {
  config {
    history_id = data.cicd_rancher_pipeline_histories.build.pipeline_histories[0].id
    wait       = true
  }
}

# The newest comes first.
data "cicd_rancher_pipeline_histories" "build" {
  project_id  = "c-demo:p-app"
  pipeline_id = "p-app:build"
}

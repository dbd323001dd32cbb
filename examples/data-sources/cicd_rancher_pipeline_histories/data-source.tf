# The runs of a pipeline that went well, the newest first.
data "cicd_rancher_pipeline_histories" "good" {
  project_id  = "c-demo:p-app"
  pipeline_id = "p-app:build"
  state       = "Success"
}

output "last_good_commit" {
  value = try(data.cicd_rancher_pipeline_histories.good.pipeline_histories[0].commit, null)
}

variable "branch" {
  default = "main"
}

resource "cicd_gitlab_pipeline_schedule" "weekly" {
  project     = "demo/app"
  description = "Weekly on ${var.branch}"
  ref         = provider::cicd::gitlab_ref(var.branch) # refs/heads/main
  cron        = "0 3 * * 0"
}

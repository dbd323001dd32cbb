# The pipeline's id: the second half of the project's, a colon, and the name that Rancher gave the pipeline. On a server
# that doesn't tell a pipeline's project, put the project's full id and a slash before it.
terraform import cicd_rancher_pipeline.publish p-app:p-x2k7d

"""May this seller use this GI, today? The answer, its proof, the credential, the certificate, the label."""

namespace Fairlead.HttpClients;

/// <summary>Which Host field a backend sees, and with it the TLS server name: HttpClient derives both from one value. A request that sets its own keeps it.</summary>
public enum HostHeader : byte
{
    /// <summary>The backend's, as HttpClient does by itself.</summary>
    Backend = 0,

    /// <summary>That of the request's own URI: for backends that serve one name at several addresses. Certificates are checked against that name.</summary>
    Original,
}

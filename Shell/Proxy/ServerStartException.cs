using System;

namespace Fairlead.Proxy;

/// <summary>The server could not start: an address cannot be bound, a certificate cannot be read. The message says which and why.</summary>
public sealed class ServerStartException : Exception
{
    /// <summary>With no message.</summary>
    public ServerStartException()
    {
    }

    /// <summary>With what failed.</summary>
    public ServerStartException(string message)
        : base(message)
    {
    }

    /// <summary>With what failed and the exception that told.</summary>
    public ServerStartException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

using System;
using System.Linq;
using Fairlead.HttpClients;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Balancing for clients of IHttpClientFactory.</summary>
public static class FairleadHttpClientBuilderExtensions
{
    /// <summary>
    /// Sends this client's requests to the backends of <paramref name="configure"/>. Add it after whatever tries again, so that each attempt picks a backend. The balancer is a keyed
    /// singleton, <see cref="FairleadBalancer"/> by the client's name: ask for it to replace backends.
    /// </summary>
    /// <exception cref="InvalidOperationException">The client has no name (defaults for all clients), or is balanced already.</exception>
    public static IHttpClientBuilder AddFairlead(this IHttpClientBuilder builder, Action<FairleadOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return builder.AddFairlead((_, options) => configure(options));
    }

    /// <summary>The same with services at hand.</summary>
    /// <exception cref="InvalidOperationException">The client has no name (defaults for all clients), or is balanced already.</exception>
    public static IHttpClientBuilder AddFairlead(this IHttpClientBuilder builder, Action<IServiceProvider, FairleadOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var name = builder.Name ?? throw new InvalidOperationException("Defaults for all clients cannot be balanced: each has its own backends.");
        if (builder.Services.Any(service => service.ServiceType == typeof(FairleadBalancer) && service.IsKeyedService && name.Equals(service.ServiceKey)))
            throw new InvalidOperationException($"The client '{name}' is balanced already.");

        builder.Services.AddKeyedSingleton(name, (services, _) =>
        {
            var options = new FairleadOptions { TimeProvider = services.GetService<TimeProvider>() };
            configure(services, options);
            return new FairleadBalancer(options);
        });
        return builder.AddHttpMessageHandler(services => new FairleadHandler(services.GetRequiredKeyedService<FairleadBalancer>(name)));
    }
}

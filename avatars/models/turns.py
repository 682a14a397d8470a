from django.db import models

from brandhub.accounts.models import Brand


class RenderTurn(models.Model):
    """Whose turn it is: a brand's virtual time in a family's queue (stride scheduling).

    Each claim advances the brand's time by the work taken over the brand's weight; the brand that
    is furthest behind goes next. Waldspurger and Weihl, "Stride Scheduling" (1995).
    """

    id = models.BigAutoField(primary_key=True)
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    family = models.CharField(max_length=40)
    virtual_time = models.FloatField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["family", "brand"], name="turn_once_per_brand")
        ]

    def __str__(self) -> str:
        return f"{self.family} {self.brand_id} {self.virtual_time:.2f}"
